from odoo.tests import BaseCase

from ...rest import ApiError, RestError, TokenRefused, read_error, read_retry_after, read_token, read_token_refused
from ..rest_builder import answer_of


class TestAccess(BaseCase):

    def test_a_token_is_used_a_minute_less_than_amazon_allows(self):
        token = read_token(answer_of(access_token='Atza|not-a-real-token', expires_in=3600, token_type='bearer'))
        self.assertEqual((token.value, token.seconds), ('Atza|not-a-real-token', 3540))
        self.assertEqual(read_token(answer_of(access_token='a', expires_in='90')).seconds, 30)
        self.assertEqual(read_token(answer_of(access_token='a')).seconds, 0)
        self.assertEqual(read_token(answer_of(access_token='a', expires_in=10 ** 9)).seconds, 86340)

    def test_a_token_shows_itself_in_no_log(self):
        token = read_token(answer_of(access_token='not-a-real-token', expires_in=3600))
        self.assertNotIn('not-a-real-token', f'{token} {token!r}')

    def test_what_no_header_can_carry_is_no_token(self):
        for value in ('', ' ', 'a\nHost: b', 'ä', 'a' * 5000, None, 5.5, ['a']):
            with self.subTest(value), self.assertRaises(RestError) as caught:
                read_token(answer_of(access_token=value) if value != 5.5 else answer_of(token=value))
            self.assertEqual((caught.exception.kind, caught.exception.value), ('missing', 'access_token'))

    def test_a_withdrawn_token_is_told_from_wrong_credentials(self):
        self.assertEqual(
            read_token_refused(answer_of(error='invalid_grant', error_description="The token was withdrawn.")),
            TokenRefused('invalid_grant', "The token was withdrawn."))
        self.assertEqual(read_token_refused(b'<html>Bad Gateway</html>'), TokenRefused())
        self.assertEqual(read_token_refused(answer_of(error={'a': 1})), TokenRefused())

    def test_the_first_error_of_an_api_counts(self):
        errors = [{}, {'code': 'InvalidInput', 'message': "Wrong date", 'details': ""}, {'code': 'Other'}]
        raw = answer_of(errors=errors)
        self.assertEqual(read_error(raw), ApiError('InvalidInput', "Wrong date"))
        self.assertEqual(read_error(answer_of(errors={'code': 'Unauthorized'})), ApiError('Unauthorized'))
        self.assertEqual(read_error(answer_of(message="Forbidden")), ApiError(None, "Forbidden"))
        for raw in (b'', b'[]', b'<html/>', answer_of(errors=['no', 5]), answer_of()):
            self.assertEqual(read_error(raw), ApiError())

    def test_a_server_can_t_make_us_wait_for_ever(self):
        self.assertEqual(read_retry_after(' 120 ', 3600), 120)
        self.assertEqual(read_retry_after('999999', 3600), 3600)
        for text in (None, '', '-5', '1.5', '٣', 'Wed, 21 Oct 2026 07:28:00 GMT', '9' * 50):
            self.assertIsNone(read_retry_after(text, 3600))
