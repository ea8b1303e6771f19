// Short words about what has just been done; trouble stays beside its form instead.
import { announce } from '../announce.ts';

export interface Notice {
  id: number;
  text: string;
}

/** Notices shows each sentence for a while and has it read aloud. */
export class Notices {
  list = $state<Notice[]>([]);
  private next = 1;

  constructor(private readonly later: (work: () => void, ms: number) => unknown = (work, ms) => setTimeout(work, ms)) {}

  say(text: string): void {
    const id = this.next++;
    this.list = [...this.list.slice(-2), { id, text }];
    announce(text);
    this.later(() => this.drop(id), 7000);
  }

  drop(id: number): void {
    this.list = this.list.filter((each) => each.id !== id);
  }
}
