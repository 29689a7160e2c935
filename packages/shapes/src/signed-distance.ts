/**
 * Signed distances to the outlines of plane shapes: negative inside, positive outside, in units of the coordinates,
 * y pointing down. Exact on and outside the outline, which is what smooth edges need.
 */
export type SignedDistance = (x: number, y: number) => number;

/** `Math.hypot` guards against overflow, which costs ten times as much. */
function length(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

export function disc(centreX: number, centreY: number, radius: number): SignedDistance {
  return (x, y) => length(x - centreX, y - centreY) - radius;
}

export function ring(radius: number, halfWidth: number): SignedDistance {
  return (x, y) => Math.abs(length(x, y) - radius) - halfWidth;
}

export function union(...parts: readonly SignedDistance[]): SignedDistance {
  return (x, y) => Math.min(...parts.map((part) => part(x, y)));
}

/** `whole` without `cut`. */
export function difference(whole: SignedDistance, cut: SignedDistance): SignedDistance {
  return (x, y) => Math.max(whole(x, y), -cut(x, y));
}

/**
 * A simple polygon: the distance to its nearest edge, signed by whether a ray to the right crosses an odd number of
 * edges.
 * @param corners - x and y of each, in order around the outline
 */
export function polygon(corners: readonly (readonly [number, number])[]): SignedDistance {
  return (x, y) => {
    let nearest = Infinity;
    let inside = false;
    let [fromX, fromY] = corners.at(-1)!;
    for (const [toX, toY] of corners) {
      const edgeX = toX - fromX;
      const edgeY = toY - fromY;
      const along = ((x - fromX) * edgeX + (y - fromY) * edgeY) / (edgeX * edgeX + edgeY * edgeY);
      const t = Math.min(1, Math.max(0, along));
      const dx = x - fromX - t * edgeX;
      const dy = y - fromY - t * edgeY;
      nearest = Math.min(nearest, dx * dx + dy * dy);
      if (fromY > y !== toY > y && x < fromX + ((y - fromY) / edgeY) * edgeX) inside = !inside;
      fromX = toX;
      fromY = toY;
    }
    return inside ? -Math.sqrt(nearest) : Math.sqrt(nearest);
  };
}
