import { thousands, type Rule } from './choice.js';

/** Grey data are trained in grey; alpha is laid over the background, since no extractor reads it. */
export const channels: Rule = ({ data: { images, grey, transparent } }) => {
  const path = 'channels';
  if (grey === images)
    return [{ path, value: 1, basis: 'measured', reason: 'every image is grey in every pixel' }];
  const parts = [
    grey > 0 && `${thousands(grey)} of ${thousands(images)} images are grey`,
    transparent > 0 &&
      `${thousands(transparent)} let something shine through, which is laid over white (data.background): ` +
        'channels: 4 would keep it, and extractors of metrics read RGB',
  ].filter((part) => part !== false);
  return [
    {
      path,
      value: 3,
      basis: 'measured',
      reason: parts.length === 0 ? 'all images are in colour and opaque' : parts.join('; '),
    },
  ];
};
