// The server's time as far as the phone can know it. The phone's own clock is
// no evidence: only the monotonic clock measures what has passed since the
// server last told its time.

/** Monotonic gives milliseconds that never go back; performance.now in a browser. */
export type Monotonic = () => number;

/**
 * ServerClock keeps the span in which the server's clock must lie and answers
 * with its later end: the time it shows as left is never more than the server
 * will grant.
 */
export class ServerClock {
  private low = -Infinity;
  private high = Infinity;
  private guessed = false;

  constructor(private readonly monotonic: Monotonic = () => performance.now()) {}

  /** mark is taken right before a request is sent and handed to sync with its reply. */
  mark(): number {
    return this.monotonic();
  }

  /** sync learns from a reply that carries the server's time. */
  sync(serverTime: string, sentAt: number): void {
    const server = Date.parse(serverTime);
    if (Number.isNaN(server)) return;
    const low = server - this.monotonic();
    const high = server - sentAt;
    const disjoint = this.guessed || low > this.high || high < this.low;
    this.guessed = false;
    // Disjoint spans mean that the monotonic clock stood still (a phone asleep)
    // or that the server's was set: the newest word counts alone.
    this.low = disjoint ? low : Math.max(this.low, low);
    this.high = disjoint ? high : Math.min(this.high, high);
  }

  /**
   * guess stands in after a reload without network: the server's time last known
   * plus what the device's clock says has passed. The first sync replaces it.
   */
  guess(serverNow: number): void {
    if (this.known) return;
    this.guessed = true;
    this.high = serverNow - this.monotonic();
  }

  /** known is false until the server has told its time once. */
  get known(): boolean {
    return this.high !== Infinity;
  }

  /** now is the server's time in milliseconds; the device's own clock before the first sync. */
  now(): number {
    return this.known ? this.monotonic() + this.high : Date.now();
  }

  /** left is the time until an instant in milliseconds, never below zero. */
  left(instant: string): number {
    return Math.max(0, Date.parse(instant) - this.now());
  }
}

/** clockFace writes milliseconds as mm:ss, rounded up so that 00:00 means over. */
export function clockFace(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

/** spanFace writes how long something took, rounded down as the published results do. */
export function spanFace(milliseconds: number): string {
  return clockFace(Math.floor(milliseconds / 1000) * 1000);
}

/** The moments, in seconds before the end, at which the time left is spoken. */
export const spokenAt = [600, 300, 60, 30] as const;

/** spokenBetween gives the announcement due when the time left fell from before to now. */
export function spokenBetween(before: number, now: number): number | undefined {
  return [...spokenAt].reverse().find((seconds) => before > seconds * 1000 && now <= seconds * 1000);
}
