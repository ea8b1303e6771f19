// What an export cannot hold, put together for reading.

export interface Losses {
  questions: number;
  total: number;
  losses: { number: number; field: string; left_out: boolean }[];
}

/** LossGroup is one kind of loss with the questions that it strikes. */
export interface LossGroup {
  field: string;
  whole: boolean;
  numbers: number[];
}

/** grouped puts the losses together by what is lost; whole questions come first. */
export function grouped(losses: Losses['losses']): LossGroup[] {
  const groups = new Map<string, LossGroup>();
  for (const { number, field, left_out: whole } of losses) {
    const name = `${field} ${whole}`;
    const group = groups.get(name) ?? { field, whole, numbers: [] };
    if (!group.numbers.includes(number)) group.numbers.push(number);
    groups.set(name, group);
  }
  return [...groups.values()].sort((a, b) => Number(b.whole) - Number(a.whole));
}
