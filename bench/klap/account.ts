/** The owner of every device of the bench. */
export const ACCOUNT = { username: 'bench@example.com', password: 'kilowatt-hours' } as const
