// Requests to lane-viewer. Each carries the token that the server put into the page, which no other site can read.
import type { Command, CommandResult, Param } from "./contract";

const timeoutMs = 4000;
const stopTimeoutMs = 2000; // an emergency stop is rather sent again

export class API {
  private token = document.querySelector<HTMLMetaElement>('meta[name="lanekeeper-token"]')?.content ?? "";
  /** page is who this page is to the server: from its hello. */
  page = "";

  /** renewed is the renewal that is under way. */
  private renewed: Promise<void> | null = null;

  /** renew reads the token anew: a server that was started again has another one. */
  renew(): Promise<void> {
    this.renewed ??= this.readToken().finally(() => (this.renewed = null));
    return this.renewed;
  }

  private async readToken(): Promise<void> {
    try {
      const answer = await fetch("/", { cache: "no-store", signal: AbortSignal.timeout(timeoutMs) });
      const text = await answer.text();
      const meta = new DOMParser().parseFromString(text, "text/html").querySelector<HTMLMetaElement>('meta[name="lanekeeper-token"]');
      if (meta?.content) this.token = meta.content;
    } catch {
      // The server has gone again; the next connection tries anew.
    }
  }

  command(vehicle: number, name: Command, args: object = {}): Promise<CommandResult> {
    return this.post(`/api/vehicles/${vehicle}/commands/${name}`, args, name === "estop" ? stopTimeoutMs : timeoutMs);
  }

  record(vehicle: number, on: boolean): Promise<CommandResult> {
    return this.post(`/api/vehicles/${vehicle}/recording`, { on }, timeoutMs);
  }

  /** params are the parameters that can be changed from here; it throws why there are none. */
  async params(vehicle: number): Promise<Param[]> {
    const answer = await this.ask(`/api/vehicles/${vehicle}/params`, {}, timeoutMs);
    const body: unknown = await answer.json().catch(() => null);
    if (answer.ok && Array.isArray(body)) return body as Param[];
    throw new Error(errorOf(body, answer));
  }

  private async post(path: string, body: object, waitMs: number): Promise<CommandResult> {
    try {
      const answer = await this.ask(path, { method: "POST", body: JSON.stringify(body) }, waitMs);
      const result = (await answer.json().catch(() => null)) as CommandResult | null;
      if (answer.ok) return { ok: result?.ok ?? true, error: result?.error, result: result?.result };
      return { ok: false, error: errorOf(result, answer) };
    } catch {
      return { ok: false, error: "lane-viewer does not answer" };
    }
  }

  /** ask asks again with a new token where the old one is refused: the server was started again, and the page has not noticed yet. */
  private async ask(path: string, init: RequestInit, waitMs: number): Promise<Response> {
    const token = this.token;
    const answer = await this.send(path, init, waitMs);
    if (answer.status !== 403) return answer;
    await this.renew();
    return this.token === token ? answer : this.send(path, init, waitMs);
  }

  private send(path: string, init: RequestInit, waitMs: number): Promise<Response> {
    const headers: Record<string, string> = { "X-Lanekeeper-Token": this.token, "X-Lanekeeper-Page": this.page };
    if (init.body) headers["Content-Type"] = "application/json";
    return fetch(path, { ...init, headers, cache: "no-store", signal: AbortSignal.timeout(waitMs) });
  }
}

function errorOf(body: unknown, answer: Response): string {
  const error = (body as { error?: unknown } | null)?.error;
  return typeof error === "string" && error !== "" ? error : `lane-viewer answers ${answer.status} ${answer.statusText}`.trim();
}
