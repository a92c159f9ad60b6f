/** Miso's address when no other is set. */
export const defaultServer = 'https://api.askmiso.com';

/** Whether a host name, as URL gives it, is this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
