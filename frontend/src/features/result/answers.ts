import type { Response, Reviewed } from '../../lib/api/types.ts';

/** One line of an answer as it is shown: HTML from an option, or plain text; of a pair, what goes with it. */
export interface Shown {
  html?: string;
  text?: string;
  with?: Shown;
}

const nothing: Shown = { text: '–' };

/** placed lists what a response says gap by gap or pair by pair. */
function placed(question: Reviewed, response: Record<string, string>): Shown[] {
  const among = (choices: { id: string; html: string }[] | null | undefined, id: string): Shown => {
    const choice = choices?.find((each) => each.id === response[id]);
    return choice ? { html: choice.html } : nothing;
  };
  if (question.gaps) return question.gaps.map((gap) => among(gap.choices, gap.id));
  return (question.options ?? []).map(({ id, html }) => ({ html, with: among(question.matches, id) }));
}

/** shownAnswer lists what a response says, in the order it was given, with the options' own texts. */
export function shownAnswer(question: Reviewed, response: Response | undefined): Shown[] {
  if (response === undefined || response === null || response === '') return [];
  const of = (id: string): Shown => {
    const option = question.options?.find((each) => each.id === id);
    return option ? { html: option.html } : { text: id };
  };
  if (Array.isArray(response)) return response.map(of);
  if (typeof response === 'object') return placed(question, response);
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
