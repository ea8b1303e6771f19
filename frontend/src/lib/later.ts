const tried = 'mx.reloaded';

/**
 * loadLater fetches a chunk. After a new release the old chunk may be gone from
 * the server: the page is then loaded anew, once; answers are in the device's
 * store by the time anything is loaded later.
 */
export async function loadLater<T>(load: () => Promise<T>): Promise<T> {
  try {
    const loaded = await load();
    sessionStorage.removeItem(tried);
    return loaded;
  } catch (error) {
    if (navigator.onLine && !sessionStorage.getItem(tried)) {
      sessionStorage.setItem(tried, '1');
      location.reload();
    }
    throw error;
  }
}

/** keepLater asks the worker to keep the later chunks too, once there is time for it. */
export function keepLater(): void {
  void navigator.serviceWorker?.ready.then((worker) => worker.active?.postMessage('later'));
}
