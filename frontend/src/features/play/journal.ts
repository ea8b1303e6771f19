// What the device keeps of an open attempt: the paper, and apart from it the
// answers with what is still unsent. Both are keyed by account and attempt, so
// that two children on one tablet never meet each other's work.
import type { Attempt, Response } from '../../lib/api/types.ts';
import type { Kept } from '../../lib/idb.ts';
import type { Waiting } from '../../lib/outbox.ts';

export interface Draft {
  answers: Record<string, Response>;
  waiting: Waiting[];
  /** The highest sequence number used for each question. */
  sequences: Record<string, number>;
  flags: string[];
  index: number;
  /** The pupil has asked to hand in; sent as soon as there is a network. */
  handIn: boolean;
  /** The server's time last known and the device's at that moment. */
  server: number;
  device: number;
}

/** Journal reads and writes the kept copy of one account's attempts. */
export class Journal {
  constructor(
    private readonly kept: Kept,
    private readonly account: string,
  ) {}

  private key(kind: 'paper' | 'draft', attempt: string): string {
    return `${kind}:${this.account}:${attempt}`;
  }

  paper(attempt: string): Promise<Attempt | undefined> {
    return this.kept.get<Attempt>(this.key('paper', attempt));
  }

  draft(attempt: string): Promise<Draft | undefined> {
    return this.kept.get<Draft>(this.key('draft', attempt));
  }

  keepPaper(attempt: Attempt): Promise<void> {
    return this.kept.put(this.key('paper', attempt.id), attempt);
  }

  keepDraft(attempt: string, draft: Draft): Promise<void> {
    return this.kept.put(this.key('draft', attempt), draft);
  }

  async forget(attempt: string): Promise<void> {
    await this.kept.del(this.key('draft', attempt));
    await this.kept.del(this.key('paper', attempt));
  }
}

/** unsentOn counts the answers that no server has confirmed, over all attempts on this device. */
export async function unsentOn(kept: Kept): Promise<number> {
  let count = 0;
  for (const key of await kept.keys('draft:')) {
    const draft = await kept.get<Draft>(key);
    count += draft?.waiting.length ?? 0;
    if (draft?.handIn && !draft.waiting.length) count++;
  }
  return count;
}
