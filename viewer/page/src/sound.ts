// The beep of a departure warning. Browsers let a page sound only after its user has touched it.

const everyMs = 900;

export class Beeper {
  private context: AudioContext | null = null;
  private lastMs = -Infinity;

  /** unlock is called from a click or a key press, when sound is wanted. */
  unlock(): void {
    this.context ??= new AudioContext();
    void this.context.resume();
  }

  /** ready: it would be heard. */
  get ready(): boolean {
    return this.context?.state === "running";
  }

  /** warn sounds at most once every 0.9 s: lower for the left side, higher for the right. */
  warn(side: "left" | "right"): void {
    const now = performance.now();
    if (!this.context || !this.ready || now - this.lastMs < everyMs) return;
    this.lastMs = now;
    const at = this.context.currentTime;
    for (const start of [at, at + 0.16]) {
      const tone = this.context.createOscillator();
      const volume = this.context.createGain();
      tone.frequency.value = side === "left" ? 660 : 880;
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(0.25, start + 0.01);
      volume.gain.linearRampToValueAtTime(0, start + 0.11);
      tone.connect(volume).connect(this.context.destination);
      tone.start(start);
      tone.stop(start + 0.12);
    }
  }
}
