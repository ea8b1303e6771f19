// Files behind the bearer token: fetched, then handed to the browser as a download.
import type { Client } from '../api/client.ts';

/** download fetches a file of the API and saves it; the server's name for it wins over ours. */
export async function download(client: Client, path: string, name: string): Promise<void> {
  const response = await client.raw('GET', path, { headers: { Accept: '*/*' } });
  const blob = await response.blob();
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = nameOf(response.headers.get('Content-Disposition')) ?? name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** nameOf reads the file name out of a Content-Disposition header. */
export function nameOf(header: string | null): string | undefined {
  if (!header) return undefined;
  const wide = /filename\*=UTF-8''([^;]+)/i.exec(header)?.[1];
  if (wide) return decodeURIComponent(wide);
  return /filename="?([^";]+)"?/i.exec(header)?.[1];
}
