"""The activities by which people are notified of problems."""
from markupsafe import Markup

from odoo.tests import TransactionCase, new_test_user, tagged

from ...tools.problems import close_problem, raise_problem


@tagged('-at_install', 'post_install')
class TestProblems(TransactionCase):

    def setUp(self):
        super().setUp()
        self.record = self.env['res.partner'].create({'name': "Warehouse"})

    def raised(self, summary, note, **kwargs):
        """Raise a problem, and give the title and the text of all that are open."""
        raise_problem(self.record, self.env.user, summary, Markup("<p>%s</p>") % note, **kwargs)
        return [(activity.summary, activity.note.striptags()) for activity in self.record.activity_ids.sorted('id')]

    def test_an_open_activity_gets_the_new_text_and_the_new_title(self):
        self.assertEqual(self.raised("Address", "No city"), [("Address", "No city")])
        self.assertEqual(self.raised("Address", "No street"), [("Address", "No street")])
        self.assertEqual(self.raised("Name", "No street"), [("Name", "No street")])

    def test_news_get_an_activity_of_their_own(self):
        self.raised("Address", "No city")
        self.assertEqual(
            self.raised("Total", "Raised", is_news=True), [("Address", "No city"), ("Total", "Raised")])
        close_problem(self.record)
        self.assertFalse(self.record.activity_ids)

    def test_a_problem_that_comes_back_is_raised_again(self):
        """The record may come from a search that includes archived ones; an activity that is done is archived, too."""
        record = self.record.with_context(active_test=False)
        for _time in range(2):
            raise_problem(record, self.env.user, "Address", Markup("<p>No city</p>"))
            self.assertEqual(len(self.record.activity_ids), 1)
            close_problem(record)
            self.assertFalse(self.record.activity_ids)
        messages = self.record.message_ids
        close_problem(record)
        self.assertEqual(self.record.message_ids, messages, "closed once")

    def test_an_activity_moves_on_only_where_nobody_who_has_one_can_solve_it(self):
        """It stayed with somebody without the buttons that its new text names, or who had left."""
        office, clerk, chief = (new_test_user(self.env, login=name, groups='base.group_user')
                                for name in ('office', 'clerk', 'chief'))

        def holder(person, solvers):
            raise_problem(
                self.record, person, "Address", Markup("<p>No city</p>"), may_solve=lambda user: user in solvers)
            return self.record.activity_ids.user_id
        self.assertEqual(holder(office, office), office)
        self.assertEqual(holder(clerk, office | clerk), office)
        self.assertEqual(holder(clerk, clerk), clerk)
        clerk.active = False
        self.assertEqual(holder(chief, clerk | chief), chief)
        self.assertEqual(len(self.record.activity_ids), 1)
