/** moved is the list with the item at one place put at another; places outside change nothing. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  if (to < 0 || to >= list.length || from < 0 || from >= list.length) return [...list];
  const rest = list.filter((_each, i) => i !== from);
  rest.splice(to, 0, list[from]!);
  return rest;
}
