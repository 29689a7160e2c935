import { useState } from 'preact/hooks';

/** Copies the command; null: there is none. */
export function CopyButton({ text }: { readonly text: string | null }) {
  const [copied, setCopied] = useState<string | null>(null);
  const copy = (): void => {
    if (text === null) return;
    // A page that is not on this machine or on https has no clipboard; the text stands below to be marked by hand.
    navigator.clipboard?.writeText(text).then(
      () => setCopied(text),
      () => setCopied(null),
    );
  };
  return (
    <button type="button" disabled={text === null} onClick={copy}>
      {copied !== null && copied === text ? 'Copied' : 'Copy the command'}
    </button>
  );
}
