// The screens after the quiz, in a chunk of their own with their own texts: no
// phone needs them before its first answer.
import vi from '../i18n/vi/student-later.json';
import viPlay from '../i18n/vi/student-play.json';
import Board from '../features/board/Page.svelte';
import Screen from '../features/board/Screen.svelte';
import Result from '../features/result/Page.svelte';
import Why from '../features/why/Page.svelte';
import { moreTexts } from '../lib/i18n.svelte.ts';

moreTexts({ ...viPlay, ...vi });

/** pages are the later screens by the last part of their address. */
export const pages = { result: Result, board: Board, screen: Screen, why: Why };
