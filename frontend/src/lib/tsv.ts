/**
 * parsePasted splits text copied from a spreadsheet into rows of cells. Cells
 * holding tabs, line breaks or quotes arrive in double quotes with inner quotes
 * doubled; everything else, leading zeros too, is kept as it was typed.
 */
export function parsePasted(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  const endCell = () => {
    rows[rows.length - 1]!.push(cell);
    cell = '';
  };
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') cell += text[++i];
      else quoted = false;
    } else if (char === '"' && cell === '') quoted = true;
    else if (char === '\t') endCell();
    else if (char === '\n') {
      endCell();
      rows.push([]);
    } else if (char !== '\r') cell += char;
  }
  endCell();
  const last = rows[rows.length - 1]!;
  if (rows.length > 1 && last.length === 1 && last[0] === '') rows.pop();
  return rows;
}
