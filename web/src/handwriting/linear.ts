/** Systems of linear equations. */

/** Solves `matrix x = right` for every column of the right side, which rows hold; by elimination with pivots. */
export function solve(matrix: readonly (readonly number[])[], right: readonly (readonly number[])[]): number[][] {
  const size = matrix.length;
  const rows = matrix.map((row, k) => [...row, ...right[k]!]);
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let i = k + 1; i < size; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    const head = rows[k]!;
    for (let i = 0; i < size; i++) {
      const share = rows[i]![k]! / head[k]!;
      if (i !== k && share) for (let j = k; j < head.length; j++) rows[i]![j]! -= share * head[j]!;
    }
  }
  return rows.map((row, k) => row.slice(size).map((value) => value / row[k]!));
}

export function identity(size: number): number[][] {
  return Array.from({ length: size }, (_, k) => Array.from({ length: size }, (_, j) => Number(j === k)));
}
