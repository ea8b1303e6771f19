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

/**
 * databaseKept opens the database again when the browser has closed it, as it
 * does when the server clears the site's data at sign-out.
 */
function databaseKept(first: IDBDatabase): Kept {
  let db = Promise.resolve(first);
  const begin = async (mode: IDBTransactionMode): Promise<IDBTransaction> => {
    const options = { durability: 'strict' } as IDBTransactionOptions;
    try {
      return (await db).transaction(store, mode, options);
    } catch {
      db = open();
      return (await db).transaction(store, mode, options);
    }
  };
  const read = async <T>(ask: (objects: IDBObjectStore) => IDBRequest<T>) =>
    promised(ask((await begin('readonly')).objectStore(store)));
  // A write is done when its transaction is, not when its request is.
  const write = async (action: (objects: IDBObjectStore) => void) => {
    const transaction = await begin('readwrite');
    return new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
      action(transaction.objectStore(store));
    });
  };
  return {
    get: <T>(key: string) => read<T | undefined>((objects) => objects.get(key)),
    put: (key, value) => write((objects) => objects.put(value, key)),
    del: (key) => write((objects) => objects.delete(key)),
    keys: (prefix) =>
      read((objects) => objects.getAllKeys(IDBKeyRange.bound(prefix, `${prefix}\uffff`)) as IDBRequest<string[]>),
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
