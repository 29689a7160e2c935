/** Header of a picture's answer, which says what its bytes are: a `PictureShape` as JSON. */
export const shapeHeader = 'ganymede-picture';
