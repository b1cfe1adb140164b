import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Certificate {
  readonly certificate: string
  readonly private_key: string
}

/** Whoever signs certificates for tests. */
export class Authority {
  private readonly folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-ca-'))

  constructor() {
    const made = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=Test CA']
    this.openssl('req', ...made, '-keyout', 'ca.key', '-out', 'ca.pem')
  }

  get ca(): string {
    return this.read('ca.pem')
  }

  /** `names` as they stand in a certificate: `DNS:localhost,IP:127.0.0.1`. */
  sign(name: string, names?: string, passphrase?: string): Certificate {
    const protection = passphrase === undefined ? ['-nodes'] : ['-passout', `pass:${passphrase}`]
    this.openssl(
      'req',
      '-newkey',
      'rsa:2048',
      ...protection,
      '-subj',
      `/CN=${name}`,
      '-keyout',
      'key',
      '-out',
      'request',
    )
    writeFileSync(join(this.folder, 'extensions'), names === undefined ? '' : `subjectAltName=${names}\n`)
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'extensions']
    this.openssl('x509', '-req', '-in', 'request', ...by, '-out', 'certificate')
    return { certificate: this.read('certificate'), private_key: this.read('key') }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  private openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: 'ignore' })
  }

  private read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8')
  }
}
