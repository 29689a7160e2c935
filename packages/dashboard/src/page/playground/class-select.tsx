interface ClassSelectProps {
  readonly id: string;
  readonly classes: readonly string[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function ClassSelect({ id, classes, value, onChange }: ClassSelectProps) {
  return (
    <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      {classes.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}
