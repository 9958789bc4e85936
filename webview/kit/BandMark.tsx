import type { Band } from '../../shared/report';

/** The word of a band; shape and colour only repeat it. */
export const bandWords: Record<Band, string> = {
  good: 'good',
  watch: 'watch',
  risk: 'risk',
  too_few: 'too few to judge',
};

/** The shape of a band: circle, triangle, diamond; a ring where there is too little to judge. Hidden from screen readers. */
export function BandMark({ band }: { band: Band }) {
  return (
    <svg className={`band-mark band-${band}`} width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
      {shape(band)}
    </svg>
  );
}

function shape(band: Band) {
  switch (band) {
    case 'good':
      return <circle cx="5" cy="5" r="4" />;
    case 'watch':
      return <path d="M5 .8 9.6 9H.4Z" />;
    case 'risk':
      return <path d="M5 .2 9.8 5 5 9.8.2 5Z" />;
    case 'too_few':
      return <path d="M1.8 8.2 8.2 1.8M9 5A4 4 0 1 1 1 5a4 4 0 0 1 8 0Z" />;
  }
}
