// What only some papers need, in a chunk of its own with its own texts: the
// kinds of questions with places to fill, pictures to choose from, recordings.
import vi from '../i18n/vi/student-play.json';
import Cloze from '../features/play/types/cloze/Play.svelte';
import Hot from '../features/play/types/hot/Play.svelte';
import Matching from '../features/play/types/matching/Play.svelte';
import { moreTexts } from '../lib/i18n.svelte.ts';

export { default as Sound } from '../ui/Sound.svelte';
export { keepMedia } from '../features/play/media.ts';

moreTexts(vi);

export const kinds = { cloze: Cloze, hot_option: Hot, matching: Matching };
