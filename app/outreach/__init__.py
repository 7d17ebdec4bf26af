"""矛调冲锋队: rounds that go to people before they come, and what they find."""
