/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  AMBIGUOUS_CLASS: {
    meaning: 'A name may mean several classes',
    remedy: 'Give each class in a flag of its own',
  },
  BAD_CLASS_LIST: {
    meaning: 'A list of classes is empty or has an empty name',
    remedy: 'Name classes, or leave the flag out',
  },
  BAD_MIXTURE: {
    meaning: 'A mixture of classes is none',
    remedy: 'Name two classes and the share of the second',
  },
  CLASSES_DIFFER: {
    meaning: 'Two lists of classes do not meet by name',
    remedy: 'Give data or weights of the same classes',
  },
  UNKNOWN_CLASS: {
    meaning: 'The data has no class of that name or number',
    remedy: 'Take one of those that the message lists',
  },
};
