"""The tabs 调解 and 协议与履行 of the case page."""
