/**
 * The singular values of a matrix, largest first, by one-sided Jacobi rotations (Hestenes, 1958) in float64: another way
 * than the power method, to check it against.
 *
 * @param matrix - [rows, columns], row-major
 */
export function singularValues(matrix: ArrayLike<number>, rows: number, columns: number): number[] {
  const column = Array.from({ length: columns }, (_, j) =>
    Float64Array.from({ length: rows }, (__, i) => matrix[i * columns + j]!),
  );
  const dot = (a: Float64Array, b: Float64Array): number =>
    a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  for (let sweep = 0; sweep < 60; sweep++) {
    let largest = 0;
    for (let p = 0; p < columns; p++) {
      for (let q = p + 1; q < columns; q++) {
        const [a, b] = [column[p]!, column[q]!];
        const [aa, bb, ab] = [dot(a, a), dot(b, b), dot(a, b)];
        if (ab === 0) continue;
        largest = Math.max(largest, Math.abs(ab) / Math.sqrt(aa * bb));
        const zeta = (bb - aa) / (2 * ab);
        const t = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
        const cosine = 1 / Math.hypot(1, t);
        const sine = cosine * t;
        a.forEach((value, i) => {
          a[i] = cosine * value - sine * b[i]!;
          b[i] = sine * value + cosine * b[i]!;
        });
      }
    }
    if (largest < 1e-14) break;
  }
  return column.map((vector) => Math.sqrt(dot(vector, vector))).sort((a, b) => b - a);
}
