import type { Response, Reviewed } from '../../lib/api/types.ts';

/** One line of an answer as it is shown: HTML from an option, or plain text. */
export interface Shown {
  html?: string;
  text?: string;
}

/** shownAnswer lists what a response says, in the order it was given, with the options' own texts. */
export function shownAnswer(question: Reviewed, response: Response | undefined): Shown[] {
  if (response === undefined || response === null || response === '') return [];
  const of = (id: string): Shown => {
    const option = question.options?.find((each) => each.id === id);
    return option ? { html: option.html } : { text: id };
  };
  if (Array.isArray(response)) return response.map(of);
  if (typeof response === 'object')
    return Object.entries(response).map(([left, right]) => ({ text: `${left} – ${right}` }));
  if (question.options?.length) return [of(String(response))];
  return [
    { text: String(response).replace('.', typeof response === 'number' || question.type === 'number' ? ',' : '.') },
  ];
}

/** verdict puts a question's marks into one of three words; a prediction has none. */
export function verdict(question: Reviewed): 'right' | 'partly' | 'wrong' | undefined {
  if (question.type === 'prediction') return undefined;
  if (question.correct) return 'right';
  return question.earned > 0 ? 'partly' : 'wrong';
}
