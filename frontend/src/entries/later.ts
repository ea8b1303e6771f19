// The screens after the quiz, in a chunk of their own: no phone needs them
// before its first answer.
export { default as BoardPage } from '../features/board/Page.svelte';
export { default as BoardScreen } from '../features/board/Screen.svelte';
export { default as ResultPage } from '../features/result/Page.svelte';
