// One attempt on one phone: what is shown, what is locked, what is on its way.
import { announce } from '../../lib/announce.ts';
import type { App } from '../../lib/app.ts';
import { asProblem, type Problem } from '../../lib/api/problem.ts';
import type { Attempt, Question, Response, Saved, Submitted } from '../../lib/api/types.ts';
import { spokenBetween } from '../../lib/clock.ts';
import { formatSpan, t } from '../../lib/i18n.svelte.ts';
import { loadLater } from '../../lib/later.ts';
import { Outbox, type SaveState, type Waiting } from '../../lib/outbox.ts';
import { Journal, type Draft } from './journal.ts';

export type Phase =
  'loading' | 'failed' | 'elsewhere' | 'playing' | 'review' | 'timeup' | 'submitting' | 'queued' | 'finished';

const typingPause = 700;
const tick = 250;

/** answered tells whether a response says anything. */
export function answered(response: Response | undefined): boolean {
  if (response === undefined || response === null) return false;
  if (typeof response === 'string') return response.trim() !== '';
  if (typeof response === 'object') return Object.keys(response).length > 0;
  return true;
}

/** Play is the state of one attempt; screens read it and call its methods. */
export class Play {
  phase = $state<Phase>('loading');
  attempt = $state.raw<Attempt | undefined>(undefined);
  // Replaced as a whole on each answer: what IndexedDB stores must be plain objects.
  answers = $state.raw<Record<string, Response>>({});
  flags = $state<Record<string, boolean>>({});
  index = $state(0);
  left = $state(0);
  save = $state.raw<SaveState>({ kind: 'saved' });
  problem = $state.raw<Problem | undefined>(undefined);
  needsSignIn = $state(false);
  lateAnswers = $state(0);
  deadline = $state('');
  /** What only some papers need; missing until it has come. */
  more = $state.raw<typeof import('../../entries/kinds.ts') | undefined>(undefined);

  readonly questions = $derived<Question[]>(this.attempt?.questions ?? []);
  readonly question = $derived<Question | undefined>(this.questions[this.index]);
  readonly emptyCount = $derived(this.questions.filter((each) => !answered(this.answers[each.id])).length);
  readonly flagCount = $derived(this.questions.filter((each) => this.flags[each.id]).length);
  readonly locked = $derived(this.phase !== 'playing' || this.save.kind === 'taken' || this.save.kind === 'closed');

  private readonly outbox: Outbox;
  private readonly journal: Journal;
  private timer: ReturnType<typeof setInterval> | undefined;
  private saveToken = '';
  private handingIn = false;
  /** When the server is told that the page is still open, unless it hears of it by a save. */
  private speakAt = 0;
  private submission: Promise<void> | undefined;
  private tries = 0;
  private cancelRetry: (() => void) | undefined;
  private syncing: Promise<void> | undefined;

  constructor(
    private readonly app: App,
    readonly id: string,
    account: string,
    /** Told once, with the number of answers that came too late for the server. */
    private readonly finished: (lost: number) => void,
  ) {
    this.journal = new Journal(app.kept, account);
    this.outbox = new Outbox({
      send: (answers) => this.sendAnswers(answers),
      persist: () => this.keep(),
      changed: (state) => this.saveChanged(state),
      replied: (saved, sentAt) => this.replied(saved, sentAt),
      closed: () => void this.finish(),
      later,
    });
  }

  /** open shows the kept copy at once, if there is one, and then the server's. */
  async open(): Promise<void> {
    this.problem = undefined;
    const [paper, draft] = await Promise.all([
      this.journal.paper(this.id).catch(() => undefined),
      this.journal.draft(this.id).catch(() => undefined),
    ]);
    if (paper && draft && !this.attempt) {
      this.app.clock.guess(draft.server + Math.max(0, Date.now() - draft.device));
      this.show(paper, draft);
    }
    await this.fetchAttempt();
    this.watch();
  }

  private async fetchAttempt(): Promise<void> {
    const sentAt = this.app.clock.mark();
    try {
      const attempt = await this.app.client.get<Attempt>(`/attempts/${this.id}`);
      await this.receive(attempt, sentAt);
    } catch (error) {
      if (this.attempt) return; // saving goes on with the attempt's own token
      const problem = asProblem(error);
      this.problem = problem;
      this.phase = 'failed';
      this.needsSignIn = problem.status === 401;
    }
  }

  /** receive takes the server's copy, which is the master, and lays unsent answers over it. */
  private async receive(attempt: Attempt, sentAt: number): Promise<void> {
    this.app.clock.sync(attempt.server_time, sentAt);
    if (attempt.state !== 'open') return this.finish();
    if (attempt.held_elsewhere) {
      this.attempt ??= attempt;
      this.phase = 'elsewhere';
      return;
    }
    const draft = await this.journal.draft(this.id).catch(() => undefined);
    this.show(attempt, draft);
    await this.journal.keepPaper(attempt).catch(() => {});
    await this.keep().catch(() => {});
    this.needsSignIn = false;
    void this.outbox.resume();
    if (this.handingIn) this.submitNow();
  }

  /**
   * show merges per question by the highest sequence number: a reply that was
   * on its way while the pupil answered must not take the answer back.
   */
  private show(attempt: Attempt, draft: Draft | undefined): void {
    const first = !this.attempt || this.phase === 'elsewhere';
    if (first && draft) this.outbox.restore(draft.sequences, draft.waiting);
    const answers: Record<string, Response> = first ? { ...draft?.answers } : { ...this.answers };
    const known = this.outbox.sequences;
    for (const each of attempt.answers) {
      if (each.seq >= (known[each.question_id] ?? 0)) answers[each.question_id] = each.response as Response;
    }
    this.outbox.confirm(attempt.answers);
    this.attempt = attempt;
    void this.needMore(attempt);
    this.answers = answers;
    this.saveToken = attempt.save_token || this.saveToken;
    if (first) {
      this.deadline = attempt.deadline;
      this.flags = Object.fromEntries((draft?.flags ?? []).map((id) => [id, true]));
      this.index = Math.min(draft?.index ?? 0, attempt.questions.length - 1);
      this.handingIn = draft?.handIn ?? false;
      this.phase = this.handingIn ? 'queued' : 'playing';
    }
    this.moveDeadline(attempt.deadline);
    this.updateLeft();
  }

  private async needMore({ questions }: Attempt): Promise<void> {
    if (this.more || !/\/media\/|"(matching|cloze|hot_option)"/.test(JSON.stringify(questions))) return;
    try {
      this.more = await loadLater(() => import('../../entries/kinds.ts'));
      void this.more.keepMedia(questions);
    } catch {
      // Tried again with the next copy of the attempt.
    }
  }

  /** takeOver makes this device the one that writes. */
  async takeOver(): Promise<void> {
    const sentAt = this.app.clock.mark();
    try {
      const attempt = await this.app.client.post<Attempt>(`/attempts/${this.id}/takeover`);
      this.problem = undefined;
      this.phase = 'elsewhere';
      await this.receive({ ...attempt, held_elsewhere: false }, sentAt);
    } catch (error) {
      this.problem = asProblem(error);
    }
  }

  // --- answering ---

  /** answer records a response; typing waits for a pause before it is sent. */
  answer(question: string, response: Response, typing = false): void {
    if (this.locked) return;
    this.answers = { ...this.answers, [question]: response };
    void this.outbox.put(question, response, typing ? typingPause : 0);
  }

  toggleFlag(question: string): void {
    this.flags[question] = !this.flags[question];
    void this.keep().catch(() => {});
  }

  /** goTo shows one question. */
  goTo(index: number): void {
    this.index = Math.max(0, Math.min(index, this.questions.length - 1));
    this.phase = this.phase === 'review' ? 'playing' : this.phase;
    void this.keep().catch(() => {});
  }

  toReview(): void {
    if (this.phase === 'playing') this.phase = 'review';
  }

  toQuestions(): void {
    if (this.phase === 'review') this.phase = 'playing';
  }

  private keep(): Promise<void> {
    return this.journal.keepDraft(this.id, {
      answers: { ...this.answers },
      waiting: this.outbox.pending,
      sequences: this.outbox.sequences,
      flags: Object.keys(this.flags).filter((id) => this.flags[id]),
      index: this.index,
      handIn: this.handingIn,
      server: this.app.clock.now(),
      device: Date.now(),
    });
  }

  // --- saving ---

  private sendAnswers(answers: Waiting[]): Promise<Saved> {
    return this.byEitherToken((call) => this.app.client.put<Saved>(`/attempts/${this.id}/answers`, { answers }, call));
  }

  /** byEitherToken uses the attempt's own token and, when that has run out or was lost, the session. */
  private async byEitherToken<T>(send: (call: { token?: string }) => Promise<T>): Promise<T> {
    if (!this.saveToken) return send({});
    try {
      return await send({ token: this.saveToken });
    } catch (error) {
      if (asProblem(error).status !== 401) throw error;
      return send({});
    }
  }

  private saveChanged(state: SaveState): void {
    this.save = state;
    if (state.kind === 'signin') this.needsSignIn = true;
  }

  private replied(saved: Saved, sentAt: number): void {
    this.app.clock.sync(saved.server_time, sentAt);
    this.spoke();
    this.moveDeadline(saved.deadline);
    this.lateAnswers += saved.saved.filter((each) => each.late).length;
  }

  private moveDeadline(deadline: string): void {
    const gained = Date.parse(deadline) - Date.parse(this.deadline);
    if (!gained) return;
    this.deadline = deadline;
    if (gained > 0) announce(t('play.extra', { span: formatSpan(gained) }));
    if (this.phase === 'timeup') this.phase = 'playing';
    this.updateLeft();
  }

  /** signedIn goes on after the pupil has signed in again in the middle of a quiz. */
  async signedIn(): Promise<void> {
    this.needsSignIn = false;
    this.saveToken = '';
    await this.fetchAttempt();
    await this.outbox.resume();
    if (this.handingIn) void this.submit();
  }

  /** reach tries again to speak with the server: the network is back or the page is seen again. */
  async reach(): Promise<void> {
    if (this.phase === 'finished' || this.phase === 'loading' || this.phase === 'elsewhere') return;
    if (this.phase === 'failed') return this.open();
    this.syncing ??= this.fetchAttempt().finally(() => (this.syncing = undefined));
    await Promise.all([this.syncing, this.outbox.flush()]);
    if (this.handingIn) this.submitNow();
  }

  // --- time ---

  private watch(): void {
    if (this.timer || this.phase === 'finished') return;
    this.timer = setInterval(() => this.updateLeft(), tick);
  }

  /** spoke puts the next sign off; those of a hall must not come in step. */
  private spoke(): void {
    this.speakAt = Date.now() + 15_000 + Math.random() * 9000;
  }

  private updateLeft(): void {
    if (this.speakAt < Date.now()) {
      if (this.speakAt && this.phase !== 'elsewhere' && this.save.kind !== 'taken')
        void this.byEitherToken((call) => this.app.client.post(`/attempts/${this.id}/alive`, undefined, call)).catch(
          () => {},
        );
      this.spoke();
    }
    const before = this.left;
    this.left = this.app.clock.left(this.deadline);
    if (before > this.left) {
      const due = spokenBetween(before, this.left);
      if (due !== undefined && before - this.left < 5000) announce(t('timer.speak', { span: formatSpan(due * 1000) }));
    }
    if (this.left === 0 && (this.phase === 'playing' || this.phase === 'review')) void this.timeUp();
  }

  /**
   * timeUp locks the options, sends what waits and asks for the receipt. The
   * requests of a whole school would meet, so those with nothing to save wait a
   * random part of the grace; the server finishes the attempt in any case.
   */
  private async timeUp(): Promise<void> {
    this.phase = 'timeup';
    announce(t('play.timeup'), true);
    const grace = Math.min(this.attempt?.grace_ms ?? 0, 20_000);
    if (this.outbox.pending.length) await this.outbox.flush();
    this.cancelRetry?.();
    this.cancelRetry = later(() => void this.afterTime(), 500 + Math.random() * grace * 0.6);
  }

  private async afterTime(): Promise<void> {
    if (this.phase !== 'timeup') return;
    await this.fetchAttempt();
    if ((this.phase as Phase) === 'timeup') await this.submit();
  }

  // --- handing in ---

  /** submit hands in once, however often it is called; without network it stays queued and goes on trying. */
  submit(): Promise<void> {
    this.submission ??= this.tryToSubmit().finally(() => (this.submission = undefined));
    return this.submission;
  }

  private async tryToSubmit(): Promise<void> {
    this.handingIn = true;
    const timeUp = this.phase === 'timeup';
    if (!timeUp) this.phase = 'submitting';
    await this.keep().catch(() => {});
    await this.outbox.flush();
    // The server may have closed the attempt in answer to the last save.
    if ((this.phase as Phase) === 'finished') return;
    const words = this.lastWords();
    try {
      const done = await this.byEitherToken((call) =>
        this.app.client.post<Submitted>(`/attempts/${this.id}/submit`, words, call),
      );
      this.outbox.confirm(words.answers ?? []);
      if (done.receipt) await this.finish();
    } catch (error) {
      this.submitFailed(asProblem(error), timeUp);
    }
  }

  /** lastWords carries answers that the outbox could not place, except those the server has refused as faulty. */
  private lastWords(): { answers?: Waiting[] } {
    const answers = this.save.kind === 'error' ? [] : this.outbox.pending;
    return answers.length ? { answers: answers } : {};
  }

  private submitFailed(problem: Problem, timeUp: boolean): void {
    if (problem.code === 'attempt_closed') return void this.finish();
    if (!timeUp) this.phase = 'queued';
    this.problem = problem;
    if (problem.status === 401) {
      this.needsSignIn = true;
      return;
    }
    if (problem.code === 'taken_over') {
      this.handingIn = false;
      this.phase = 'elsewhere';
      return;
    }
    const top = Math.min(30_000, 1000 * 2 ** this.tries++);
    this.cancelRetry?.();
    this.cancelRetry = later(() => this.submitNow(), Math.max(problem.retryAfter, top * (0.5 + Math.random() / 2)));
  }

  private submitNow(): void {
    this.cancelRetry?.();
    void this.submit();
  }

  private async finish(): Promise<void> {
    if (this.phase === 'finished') return;
    this.phase = 'finished';
    this.dispose();
    await this.journal.forget(this.id).catch(() => {});
    this.finished(this.outbox.pending.length);
  }

  /** dispose ends timers; the kept copy stays. */
  dispose(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.cancelRetry?.();
    this.outbox.stop();
  }
}

function later(work: () => void, milliseconds: number): () => void {
  const timer = setTimeout(work, milliseconds);
  return () => clearTimeout(timer);
}
