const address = /\/media\/[\w-]+/g;

/** mediaOf lists the addresses of the pictures and recordings in questions, each once. */
export function mediaOf(questions: unknown): string[] {
  return [...new Set(JSON.stringify(questions).match(address) ?? [])];
}

/**
 * keepMedia reads every picture and recording of a paper into the browser's own
 * cache, which keeps them since they never change: a pupil whose network goes
 * still sees them. One at a time, so that answers are not held up; what did not
 * come is read when the network is back.
 */
export async function keepMedia(questions: unknown): Promise<void> {
  const missing: string[] = [];
  for (const path of mediaOf(questions)) {
    await fetch(path, { credentials: 'omit' })
      .then((answer) => answer.blob())
      .catch(() => missing.push(path));
  }
  if (missing.length) addEventListener('online', () => void keepMedia(missing), { once: true });
}
