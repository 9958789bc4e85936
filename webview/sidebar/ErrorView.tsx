import { useState } from 'react';
import { Icon } from '../kit/Icon';
import { usePage } from './state/pageContext';

const longest = 100_000;

export interface ErrorViewProps {
  error: { message: string; next: string; detail: string };
}

/** In place of what failed: cause, next step, a second try. */
export function ErrorView({ error }: ErrorViewProps) {
  const { act, announce } = usePage();
  const [isTrying, setTrying] = useState(false);
  const [isCopied, setCopied] = useState(false);

  const tryAgain = async () => {
    setTrying(true);
    await act('refresh', {});
    setTrying(false);
  };
  const copy = async () => {
    const text = [error.message, error.next, error.detail].filter((part) => part !== '').join('\n\n');
    if (await act('copyText', { text: text.slice(0, longest) })) {
      setCopied(true);
      announce('Copied');
    }
  };

  return (
    <section className="state-page error" role="alert">
      <p className="message">
        <Icon name="error" />
        <bdi>{error.message}</bdi>
      </p>
      {error.next !== '' && (
        <p className="found">
          <bdi>{error.next}</bdi>
        </p>
      )}
      <p className="buttons">
        <button type="button" className="button" disabled={isTrying} onClick={tryAgain}>
          {isTrying ? 'Trying…' : 'Try again'}
        </button>
        <button type="button" className="button" onClick={copy}>
          {isCopied ? 'Copied' : 'Copy details'}
        </button>
      </p>
    </section>
  );
}
