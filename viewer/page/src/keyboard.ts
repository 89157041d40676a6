// The keys of the page.

export interface Keys {
  /** stop is Space, from anywhere but a text field. */
  stop(): void;
  /** press is any other key, in capitals; it tells whether it meant something. */
  press(key: string): boolean;
  shortcuts(): boolean;
}

/** writes: a space may be meant as text there. A number takes none, so there it stops the vehicle too. */
function writes(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLInputElement) return ["text", "search"].includes(target.type);
  return target instanceof HTMLElement && target.isContentEditable;
}

function takesKeys(target: EventTarget | null): boolean {
  return writes(target) || (target instanceof HTMLInputElement && target.type === "number") || target instanceof HTMLSelectElement;
}

export function listen(keys: Keys): void {
  document.addEventListener("keydown", (e) => {
    if (e.key === " ") {
      if (writes(e.target)) return;
      e.preventDefault();
      e.stopPropagation();
      if (!e.repeat) keys.stop();
      return;
    }
    if (e.ctrlKey || e.metaKey || e.altKey || e.repeat || e.isComposing) return;
    if (e.key !== "Escape" && takesKeys(e.target)) return;
    if (!keys.shortcuts() && e.key !== "?" && e.key !== "Escape") return;
    if (keys.press(e.key.length === 1 ? e.key.toUpperCase() : e.key)) e.preventDefault();
  }, { capture: true });
  // A focused button is pressed when Space is let go: here Space means something else.
  document.addEventListener("keyup", (e) => {
    if (e.key === " " && !writes(e.target)) e.preventDefault();
  }, { capture: true });
}
