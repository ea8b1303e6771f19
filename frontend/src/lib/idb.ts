// A small key-value store in IndexedDB for what must survive a reload: the
// open attempt with its unsent answers, and who is signed in. Where the
// browser gives no storage the same calls keep everything in memory.

const name = 'mangxanh';
const store = 'kept';

/** Kept is what the pages need of a store; tests pass one in memory. */
export interface Kept {
  get<T>(key: string): Promise<T | undefined>;
  put(key: string, value: unknown): Promise<void>;
  del(key: string): Promise<void>;
  keys(prefix: string): Promise<string[]>;
  clear(): Promise<void>;
}

/** memoryKept keeps values as long as the page lives. */
export function memoryKept(): Kept {
  const values = new Map<string, unknown>();
  return {
    get: async <T>(key: string) => structuredClone(values.get(key)) as T | undefined,
    put: async (key, value) => void values.set(key, structuredClone(value)),
    del: async (key) => void values.delete(key),
    keys: async (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)),
    clear: async () => values.clear(),
  };
}

function promised<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(store);
  return promised(request).then((db) => {
    db.onversionchange = () => db.close();
    return db;
  });
}

function databaseKept(db: IDBDatabase): Kept {
  const at = (mode: IDBTransactionMode) =>
    db.transaction(store, mode, { durability: 'strict' } as IDBTransactionOptions);
  // A write is done when its transaction is, not when its request is.
  const write = (action: (objects: IDBObjectStore) => void) =>
    new Promise<void>((resolve, reject) => {
      const transaction = at('readwrite');
      transaction.oncomplete = () => resolve();
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
      action(transaction.objectStore(store));
    });
  return {
    get: <T>(key: string) => promised<T | undefined>(at('readonly').objectStore(store).get(key)),
    put: (key, value) => write((objects) => objects.put(value, key)),
    del: (key) => write((objects) => objects.delete(key)),
    keys: async (prefix) => {
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
      return (await promised(at('readonly').objectStore(store).getAllKeys(range))) as string[];
    },
    clear: () => write((objects) => objects.clear()),
  };
}

/** openKept opens the device's store, or one in memory where the browser refuses. */
export async function openKept(): Promise<{ kept: Kept; durable: boolean }> {
  try {
    return { kept: databaseKept(await open()), durable: true };
  } catch {
    return { kept: memoryKept(), durable: false };
  }
}
