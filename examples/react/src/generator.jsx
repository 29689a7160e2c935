import React, { useEffect, useRef, useState } from 'react';
import { classes, imageShape } from 'generator';
import { useImage } from './use-image.js';

/** A class, a seed, and the image that they make. */
export function Generator() {
  const [name, setName] = useState(classes[0]);
  const [seed, setSeed] = useState(5);
  const { image, error, again } = useImage(name, seed);
  const canvas = useRef(null);
  useEffect(() => {
    if (image) canvas.current.getContext('2d').putImageData(image, 0, 0);
  }, [image]);
  return (
    <>
      <h1>Images of a class</h1>
      <label>
        Class{' '}
        <select id="class" value={name} onChange={(event) => setName(event.target.value)}>
          {classes.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      <label>
        Seed{' '}
        <input
          id="seed"
          type="number"
          min="0"
          value={seed}
          onChange={(event) => setSeed(event.target.valueAsNumber || 0)}
        />
      </label>
      <canvas
        id="image"
        ref={canvas}
        width={imageShape.width}
        height={imageShape.height}
        aria-label="The generated image"
      />
      <p id="status" role="status">
        {error ?? (image ? `${image.name}, seed ${image.seed}` : 'Making an image')}
      </p>
      {error && (
        <button id="again" onClick={again}>
          Try again
        </button>
      )}
    </>
  );
}
