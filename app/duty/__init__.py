"""值班巡逻: who is on, which round was made and what was found on it."""
