declare const __VERSION__: string | undefined;

/** Of this program; set by the build. */
export const version: string = typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0-development';
