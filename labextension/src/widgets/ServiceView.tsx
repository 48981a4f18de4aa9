import * as React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IAnswer, IServing, Job, JobList } from '../jobs';
import { fieldsOf, recordOf, typedExample, WHOLE } from '../record';
import type { IField, Typed } from '../record';
import { Button } from './Button';

interface IProps {
  job: Job;
  jobs: JobList;
  trans: TranslationBundle;
}

/** A service that runs, and a form to ask it about a row. */
export function ServiceView({ job, jobs, trans }: IProps): JSX.Element | null {
  const { serving } = job;
  if (job.state !== 'running') {
    return null;
  }
  if (!serving) {
    const current = job.stages[job.stages.length - 1];
    return (
      <p className="nb2prod-words" role="status">
        {current?.words ?? trans.__('starting')}
      </p>
    );
  }
  return <Form serving={serving} job={job} jobs={jobs} trans={trans} />;
}

function Form(props: IProps & { serving: IServing }): JSX.Element {
  const { serving, job, jobs, trans } = props;
  const { schema } = serving;
  const [typed, setTyped] = React.useState<Typed>(() => typedExample(schema));
  const [answer, setAnswer] = React.useState<IAnswer | string | null>(null);
  const fields = fieldsOf(schema);
  const set = (name: string, value: string) =>
    setTyped({ ...typed, [name]: value });
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    jobs
      .predict(job, recordOf(schema, typed))
      .then(setAnswer)
      .catch(error => setAnswer(String(error.message)));
  };
  return (
    <form className="nb2prod-Service" onSubmit={submit}>
      <p className="nb2prod-place">
        <code>{serving.url}</code>
      </p>
      {fields.length === 0 ? (
        <textarea
          className="jp-mod-styled"
          aria-label={trans.__('The record, as JSON')}
          rows={6}
          value={typed[WHOLE]}
          onChange={event => set(WHOLE, event.target.value)}
        />
      ) : (
        <div className="nb2prod-fields">
          {fields.map(field => (
            <Field
              key={field.name}
              id={`nb2prod-${job.facts.id}-${field.name}`}
              field={field}
              value={typed[field.name]}
              onChange={value => set(field.name, value)}
            />
          ))}
        </div>
      )}
      <div className="nb2prod-buttons">
        <Button isMain submits>
          {trans.__('Ask')}
        </Button>
      </div>
      <Answer answer={answer} trans={trans} />
    </form>
  );
}

function Field(props: {
  id: string;
  field: IField;
  value: string;
  onChange: (value: string) => void;
}): JSX.Element {
  const { id, field, value, onChange } = props;
  const range =
    field.minimum !== undefined && field.maximum !== undefined
      ? `${field.minimum} … ${field.maximum}`
      : '';
  const known = field.categories?.map(String) ?? [];
  return (
    <>
      <label htmlFor={id} title={field.name}>
        {field.name}
      </label>
      <input
        id={id}
        className="jp-mod-styled"
        value={value}
        placeholder={range}
        title={[field.type, range].filter(text => text).join(', ')}
        list={known.length > 0 ? `${id}-known` : undefined}
        onChange={event => onChange(event.target.value)}
      />
      {known.length > 0 && (
        <datalist id={`${id}-known`}>
          {known.map(each => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
    </>
  );
}

function Answer(props: {
  answer: IAnswer | string | null;
  trans: TranslationBundle;
}): JSX.Element {
  const { answer, trans } = props;
  let words: JSX.Element | null = null;
  if (typeof answer === 'string') {
    words = <p className="nb2prod-warning">{answer}</p>;
  } else if (answer?.status === 200) {
    const milliseconds = (answer.seconds * 1000).toFixed(0);
    words = (
      <p className="nb2prod-answer">
        <code>{JSON.stringify(answer.answer?.predictions?.[0])}</code>{' '}
        <span className="nb2prod-seconds">
          {trans.__('in %1 ms', milliseconds)}
        </span>
      </p>
    );
  } else if (answer) {
    words = (
      <div className="nb2prod-warning">
        {trans.__('The service refuses it (HTTP %1):', answer.status)}
        <pre>{JSON.stringify(answer.answer, null, 1)}</pre>
      </div>
    );
  }
  return <div aria-live="polite">{words}</div>;
}
