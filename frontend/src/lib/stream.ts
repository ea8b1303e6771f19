// Server-sent events read with fetch, because EventSource cannot carry a
// bearer token.
import type { Client } from './api/client.ts';

/** EventReader cuts a stream of text into events and gives the data of each. */
export class EventReader {
  private rest = '';

  /** feed takes the next piece of text and returns the data of the events it completes. */
  feed(piece: string): string[] {
    this.rest += piece;
    const blocks = this.rest.split(/\r?\n\r?\n/);
    this.rest = blocks.pop() ?? '';
    return blocks.flatMap((block) => {
      const lines = block.split(/\r?\n/).filter((line) => line.startsWith('data:'));
      return lines.length ? [lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n')] : [];
    });
  }
}

/**
 * readEvents calls back for each event until the stream ends; it throws when it
 * cannot be opened or breaks. The server says something every 20 seconds: alive
 * is called for that too.
 */
export async function readEvents(
  client: Client,
  path: string,
  signal: AbortSignal,
  heard: (data: string) => void,
  alive: () => void = () => {},
): Promise<void> {
  const response = await client.stream(path, signal);
  const reader = response.body?.getReader();
  if (!reader) return;
  const events = new EventReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    alive();
    for (const data of events.feed(decoder.decode(value, { stream: true }))) heard(data);
  }
}
