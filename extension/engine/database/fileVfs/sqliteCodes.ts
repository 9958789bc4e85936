/** Result codes and flags of SQLite's C interface (sqlite.org/rescode.html, sqlite.org/c3ref/c_open_autoproxy.html). */
export const result = {
  ok: 0,
  permission: 3,
  readOnly: 8,
  ioError: 10,
  notFound: 12,
  full: 13,
  cantOpen: 14,
  cantOpenFolder: 526,
  read: 266,
  shortRead: 522,
  write: 778,
  sync: 1034,
  syncFolder: 1290,
  truncate: 1546,
  status: 1802,
  delete: 2570,
  deleteMissing: 5898,
  noMemory: 3082,
  access: 3338,
  close: 4106,
} as const;

export const openFlag = { readOnly: 0x1, create: 0x4 } as const;

/** What a check of access asks for. */
export const accessFlag = { exists: 0, readWrite: 1 } as const;

/**
 * The result that SQLite gets for an error of the disk; `otherwise` names the call where the error's code says no more.
 */
export function resultOf(error: unknown, otherwise: number): number {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return result.full;
    case 'ENOMEM':
      return result.noMemory;
    default:
      return otherwise;
  }
}

/** The same for opening, where permission and kind of the file matter. */
export function openResultOf(error: unknown): number {
  switch (codeOf(error)) {
    case 'EACCES':
    case 'EPERM':
      return result.permission;
    case 'EROFS':
      return result.readOnly;
    case 'EISDIR':
      return result.cantOpenFolder;
    default:
      return resultOf(error, result.cantOpen);
  }
}

export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined;
