/**
 * The next smaller micro-batch of a step: the largest divisor of its images that is at most half of the last part, so that
 * parts of one size make up the step exactly. 50 images come in 25, 10, 5; 64 in 32, 16, 8. 1 where there is no other.
 * @param part - images of the last one, at least 2
 * @param images - of the step
 */
export function smallerPart(part: number, images: number): number {
  let size = Math.floor(part / 2);
  while (images % size !== 0) size--;
  return size;
}
