import { Banner } from './banner';

/** What went wrong with what somebody just did, read out as it appears; nothing for an empty text. */
export function Problem({ text }: { text: string }) {
  if (text === '') return null;
  return (
    <Banner tone="danger" live>
      {text}
    </Banner>
  );
}
