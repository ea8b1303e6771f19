// Answers on their way to the server. An answer counts as saved only when the
// server has said so; until then it waits here and in the device's store, and
// is sent again with growing, jittered pauses.
import { asProblem, type Problem } from './api/problem.ts';
import type { Response, Saved } from './api/types.ts';

export interface Waiting {
  question_id: string;
  seq: number;
  response: Response;
}

/** What the pupil is told about the answers. */
export type SaveState =
  | { kind: 'saved' }
  | { kind: 'saving' }
  | { kind: 'kept'; count: number }
  | { kind: 'signin'; count: number }
  | { kind: 'error'; code: string }
  | { kind: 'taken'; count: number }
  | { kind: 'closed'; count: number };

export interface OutboxParts {
  send(answers: Waiting[]): Promise<Saved>;
  /** Stores what waits; called before anything is sent. */
  persist(waiting: Waiting[]): Promise<void>;
  changed(state: SaveState): void;
  /** Called with every reply, for the clock and the deadline. */
  replied?(saved: Saved, sentAt: number): void;
  closed?(problem: Problem): void;
  later(work: () => void, milliseconds: number): () => void;
  random?(): number;
  monotonic?(): number;
}

const firstPause = 500;
const longestPause = 30_000;

/** Outbox sends the answers of one attempt, at most one request at a time. */
export class Outbox {
  private waiting = new Map<string, Waiting>();
  private highest = new Map<string, number>();
  private failures = 0;
  private sending: Promise<void> | undefined;
  private cancelTimer: (() => void) | undefined;
  private blocked: SaveState | undefined;
  private refused = new Map<string, { seq: number; code: string }>();
  private trouble = false;

  constructor(private readonly parts: OutboxParts) {}

  /** restore takes up what an earlier page left: the sequence numbers it had reached and what still waited. */
  restore(sequences: Record<string, number>, left: Waiting[]): void {
    for (const [question, seq] of Object.entries(sequences)) this.raise(question, seq);
    for (const each of left) {
      this.raise(each.question_id, each.seq);
      this.waiting.set(each.question_id, each);
    }
    this.tell();
  }

  /** sequences is the highest number used for each question; a later answer must go beyond it. */
  get sequences(): Record<string, number> {
    return Object.fromEntries(this.highest);
  }

  private raise(question: string, seq: number): void {
    this.highest.set(question, Math.max(seq, this.highest.get(question) ?? 0));
  }

  /** put records an answer and has it sent after pause milliseconds; typing pauses, a tap does not. */
  async put(question: string, response: Response, pause = 0): Promise<void> {
    const seq = (this.highest.get(question) ?? 0) + 1;
    this.raise(question, seq);
    this.refused.delete(question);
    this.waiting.set(question, { question_id: question, seq, response });
    this.tell();
    await this.keep();
    // While a pause after a failure runs, the next try takes this answer along.
    if (this.trouble && this.cancelTimer) return;
    if (pause) this.schedule(pause);
    else void this.flush();
  }

  /** keep writes what waits to the device; a full or missing store must not stop the sending. */
  private keep(): Promise<void> {
    return this.parts.persist(this.pending).catch(() => {});
  }

  /** pending is what no reply has confirmed yet. */
  get pending(): Waiting[] {
    return [...this.waiting.values()];
  }

  get state(): SaveState {
    const count = this.waiting.size;
    if (this.blocked) return { ...this.blocked, ...('count' in this.blocked ? { count } : {}) } as SaveState;
    const refusal = [...this.refused.values()][0];
    if (refusal) return { kind: 'error', code: refusal.code };
    if (!count) return { kind: 'saved' };
    return this.trouble ? { kind: 'kept', count } : { kind: 'saving' };
  }

  private tell(): void {
    this.parts.changed(this.state);
  }

  /** flush sends what waits now, without minding a running pause; on network return and on becoming visible. */
  async flush(): Promise<void> {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    if (this.sending) {
      await this.sending;
      if (this.sendable.length && !this.cancelTimer && !this.blocked) await this.flush();
      return;
    }
    const answers = this.sendable;
    if (!answers.length || this.blocked) return;
    this.sending = this.attempt(answers).finally(() => (this.sending = undefined));
    await this.sending;
    if (this.sendable.length && !this.cancelTimer && !this.blocked) await this.flush();
  }

  private get sendable(): Waiting[] {
    return this.pending.filter((each) => this.refused.get(each.question_id)?.seq !== each.seq);
  }

  private async attempt(answers: Waiting[]): Promise<void> {
    const sentAt = this.parts.monotonic?.() ?? performance.now();
    try {
      const saved = await this.parts.send(answers);
      this.failures = 0;
      this.trouble = false;
      this.confirm(saved.saved);
      this.parts.replied?.(saved, sentAt);
      await this.keep();
    } catch (error) {
      await this.fail(asProblem(error), answers);
    }
    this.tell();
  }

  /** confirm forgets answers the server has; a newer one given meanwhile keeps waiting. */
  confirm(saved: { question_id: string; seq: number }[]): void {
    for (const each of saved) {
      const waits = this.waiting.get(each.question_id);
      if (waits && waits.seq <= each.seq) this.waiting.delete(each.question_id);
      this.raise(each.question_id, each.seq);
    }
    this.tell();
  }

  private async fail(problem: Problem, answers: Waiting[]): Promise<void> {
    const count = this.waiting.size;
    if (problem.status === 401) this.blocked = { kind: 'signin', count };
    else if (problem.code === 'taken_over') this.blocked = { kind: 'taken', count };
    else if (problem.code === 'attempt_closed') {
      this.blocked = { kind: 'closed', count };
      this.parts.closed?.(problem);
    } else if (problem.status === 422) await this.single(problem, answers);
    else {
      this.trouble = true;
      this.failures++;
      this.schedule(Math.max(problem.retryAfter, this.pause()));
    }
  }

  /** single finds the answer that spoils a sheet: each is sent alone, the faulty one is set aside. */
  private async single(problem: Problem, answers: Waiting[]): Promise<void> {
    if (answers.length === 1) {
      const [only] = answers as [Waiting];
      this.refused.set(only.question_id, { seq: only.seq, code: problem.code });
      return;
    }
    for (const each of answers) await this.attempt([each]);
  }

  /** pause grows from half a second to half a minute and is drawn at random below that, so that a class does not come back in step. */
  private pause(): number {
    const top = Math.min(longestPause, firstPause * 2 ** (this.failures - 1));
    return top / 4 + (this.parts.random?.() ?? Math.random()) * top * 0.75;
  }

  private schedule(milliseconds: number): void {
    this.cancelTimer?.();
    this.cancelTimer = this.parts.later(() => {
      this.cancelTimer = undefined;
      void this.flush();
    }, milliseconds);
  }

  /** resume goes on after a new token was obtained or this device took the attempt over. */
  resume(): Promise<void> {
    this.blocked = undefined;
    this.tell();
    return this.flush();
  }

  /** stop ends all sending; nothing is forgotten. */
  stop(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    this.blocked ??= { kind: 'closed', count: this.waiting.size };
  }
}
