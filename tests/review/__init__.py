"""What a review of issue 5 found: each test is red until its defect is gone."""
