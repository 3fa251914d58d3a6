import 'server-only';

/** The cookie in which a browser carries its sign-in while it is at the service. */
export const journeyCookie = 'countersign.oidc';
export const journeyPath = '/sign-in/oidc';
export const journeySeconds = 10 * 60;
