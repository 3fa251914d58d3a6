/** An error of Slack in words for admins. */
export function failureText(error: string): string {
  switch (error) {
    case 'not_in_channel':
      return 'The app is not in the channel. Invite it there.';
    case 'channel_not_found':
      return 'The channel does not exist, or the app cannot see it. Invite it there.';
    case 'is_archived':
      return 'The channel is archived.';
    case 'shared_channel':
      return 'The channel is shared with another organisation, so nothing is posted there.';
    case 'message_not_found':
      return 'Somebody deleted the message.';
    case 'cant_update_message':
    case 'edit_window_closed':
      return 'Slack does not let the app change this message any more.';
    case 'ratelimited':
      return 'Slack asked to wait.';
    case 'messages_tab_disabled':
      return 'The app’s Messages tab is off. Turn it on in the app’s settings at Slack.';
    case 'invalid_auth':
    case 'not_authed':
    case 'token_expired':
      return 'Slack does not accept the token.';
    case 'token_revoked':
      return 'The token was revoked. Install the app again.';
    case 'account_inactive':
      return 'The app was removed from the workspace, or the workspace is gone.';
    case 'quiet_hours':
      return 'Their quiet hours hold it back; it is sent when they end.';
    default:
      return error.replaceAll('_', ' ');
  }
}
