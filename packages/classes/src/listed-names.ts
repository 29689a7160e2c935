import { parseJsonAs } from '@ganymede/core';
import { z } from 'zod';

const namesSchema = z.array(z.string());

/** Names as the metadata of our safetensors files have them, a JSON list; null for anything else. */
export function listedNames(text: string): readonly string[] | null {
  try {
    return parseJsonAs(namesSchema, text, (got) => new Error(got));
  } catch {
    return null;
  }
}
