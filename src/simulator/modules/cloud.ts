import type { Methods } from '../answer'

/** `cnCloud`, for lights `smartlife.iot.common.cloud`: a device that was never bound to an account. */
export const cloud: Methods = {
  get_info: () => ({
    username: '',
    server: 'devs.tplinkcloud.com',
    binded: 0,
    cld_connection: 0,
    illegalType: -1,
    stopConnect: -1,
    tcspStatus: -1,
    fwDlPage: '',
    tcspInfo: '',
    fwNotifyType: 0,
    err_code: 0,
  }),
  get_intl_fw_list: () => ({ fw_list: [], err_code: 0 }),
}
