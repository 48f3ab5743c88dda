/** An error of the operator itself, in words. Pure. */

/** The text of such an error may hold anything, so no object shows it. */
export const INTERNAL_ERROR = 'Internal error of the operator; its log has the details.';
