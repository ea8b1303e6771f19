import type { Component } from 'svelte';
import type { Question, Response } from '../../lib/api/types.ts';
import Choice from './types/choice/Play.svelte';
import Multiple from './types/multiple/Play.svelte';
import Num from './types/number/Play.svelte';
import Ordering from './types/ordering/Play.svelte';
import Text from './types/text/Play.svelte';

/** What every kind of question is given. */
export interface KindProps {
  question: Question;
  response: Response | undefined;
  locked: boolean;
  /** Id of the element that holds the question's text. */
  labelledby: string;
  onanswer: (response: Response, typing?: boolean) => void;
}

/** kinds maps the API's question types to the way they are answered. */
export const kinds: Record<string, Component<KindProps>> = {
  single: Choice,
  true_false: Choice,
  scenario: Choice,
  multiple: Multiple,
  ordering: Ordering,
  short_text: Text,
  number: Num,
  prediction: Num,
};
