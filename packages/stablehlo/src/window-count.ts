export interface WindowDimension {
  readonly size: number;
  readonly window: number;
  readonly stride: number;
  readonly padding: readonly [low: number, high: number];
  readonly baseDilation: number;
  readonly windowDilation: number;
}

const dilated = (size: number, dilation: number): number => (size === 0 ? 0 : (size - 1) * dilation + 1);

/** How many places a window has in one dimension (the StableHLO specification, convolution and reduce_window). */
export function windowCount({
  size,
  window,
  stride,
  padding,
  baseDilation,
  windowDilation,
}: WindowDimension): number {
  const padded = padding[0] + dilated(size, baseDilation) + padding[1];
  const extent = dilated(window, windowDilation);
  return padded <= 0 || extent > padded ? 0 : Math.floor((padded - extent) / stride) + 1;
}
