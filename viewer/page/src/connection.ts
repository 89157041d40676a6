// The stream from lane-viewer: one WebSocket, made again whenever it ends.
import type { FrameHeader, Message } from "./contract";

const firstWaitMs = 250;
const longestWaitMs = 4000;
const sleptMs = 3000;
const silentMs = 6000; // statistics come once a second

export interface Listener {
  onMessage(m: Message): void;
  onFrame(header: FrameHeader, jpeg: Uint8Array<ArrayBuffer>): void;
  onOpen(): void;
  /** onClosed: it ended, and is tried again. The computer may have slept for a while before, which performance.now() does not count. */
  onClosed(sleptMs: number): void;
}

export class Connection {
  private socket: WebSocket | null = null;
  private waitMs = firstWaitMs;
  private heardMs = 0;
  private asleepMs = Date.now() - performance.now();
  private decoder = new TextDecoder();
  private due = new WeakSet<FrameHeader>(); // of this connection: the server knows no others

  constructor(private listener: Listener) {
    setInterval(() => this.watch(), 1000);
    addEventListener("online", () => this.socket ?? this.open());
    this.open();
  }

  ack(f: FrameHeader): void {
    if (this.due.has(f)) this.say({ type: "ack", vehicle: f.vehicle, seq: f.seq });
  }

  keep(vehicle: number): void {
    this.say({ type: "keep", vehicle });
  }

  private say(what: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(what));
  }

  private open(): void {
    const url = new URL("/stream", location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.due = new WeakSet();
    this.heardMs = performance.now();
    socket.onopen = () => this.listener.onOpen();
    socket.onmessage = (e: MessageEvent<string | ArrayBuffer>) => {
      if (this.socket !== socket) return;
      this.heardMs = performance.now();
      this.waitMs = firstWaitMs;
      if (typeof e.data === "string") this.listener.onMessage(JSON.parse(e.data) as Message);
      else this.picture(e.data);
    };
    socket.onclose = () => this.ended(socket);
  }

  private picture(data: ArrayBuffer): void {
    const length = new DataView(data).getUint32(0, true);
    const header = JSON.parse(this.decoder.decode(new Uint8Array(data, 4, length))) as FrameHeader;
    this.due.add(header);
    this.listener.onFrame(header, new Uint8Array(data, 4 + length));
  }

  private ended(socket: WebSocket, sleptMs = 0): void {
    if (this.socket !== socket) return;
    this.socket = null;
    const wait = this.waitMs;
    this.waitMs = Math.min(longestWaitMs, wait * 2);
    this.listener.onClosed(sleptMs);
    setTimeout(() => this.socket ?? this.open(), wait);
  }

  /** watch ends a connection that says nothing, for the server hangs, and one that the computer slept through: what it brings is old. */
  private watch(): void {
    const socket = this.socket;
    const asleepMs = Date.now() - performance.now();
    const slept = asleepMs - this.asleepMs;
    this.asleepMs = asleepMs;
    if (!socket || (slept <= sleptMs && performance.now() - this.heardMs < silentMs)) return;
    socket.onmessage = socket.onopen = null;
    socket.close();
    this.ended(socket, slept > sleptMs ? slept : 0);
  }
}
